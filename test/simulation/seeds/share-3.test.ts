// The third share of the simulated deployments: none breaks a rule.
import { runsShare } from "./share.ts";

runsShare(3);
