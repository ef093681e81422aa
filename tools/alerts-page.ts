// Operator command: prints docs/alerts.md, made from the schema of an alert. A test holds the file to it.
//   node tools/alerts-page.ts > docs/alerts.md
import { alertsPage } from "#tools/alerts/page.ts";

process.stdout.write(alertsPage());
