// Keeps pictures of the page where the end-to-end tests keep theirs; they are for people and are not compared.
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const FOLDER = fileURLToPath(new URL("../screenshots/", import.meta.url));

export async function keepPicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${FOLDER}dashboard-${name}.png`, fullPage: true });
}
