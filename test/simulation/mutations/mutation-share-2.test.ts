// The second share of the mutations: each is caught.
import { runsMutations } from "./mutation-share.ts";

runsMutations(2);
