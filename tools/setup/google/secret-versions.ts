// Secrets in Secret Manager. A value is never part of an error or of a log line.
import type { SecretStore } from "../cloud-project.ts";
import { fieldsOf, type Rest } from "./rest.ts";

export function createSecretManager(rest: Rest, projectId: string): SecretStore {
  const secrets = `https://secretmanager.googleapis.com/v1/projects/${projectId}/secrets`;
  return {
    async secretText(name) {
      const found = await rest.find(`${secrets}/${name}/versions/latest:access`);
      if (found === null) return null;
      const { data } = fieldsOf(found.payload);
      if (typeof data !== "string") throw new Error(`Secret ${name} came without a payload`);
      return Buffer.from(data, "base64").toString("utf8");
    },
    async addSecretVersion(name, text) {
      if ((await rest.find(`${secrets}/${name}`)) === null) {
        const body = { replication: { automatic: {} } };
        await rest.call({ method: "POST", url: `${secrets}?secretId=${name}`, body });
      }
      const body = { payload: { data: Buffer.from(text, "utf8").toString("base64") } };
      await rest.call({ method: "POST", url: `${secrets}/${name}:addVersion`, body });
    },
  };
}
