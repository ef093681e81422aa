// A bearer token of the shape that Google attaches to pushes and tasks, without a signature: an emulated function
// does not check it. It must never be accepted by anything real, and cannot be: its algorithm is "none".

const TOKEN_LIFETIME_SECONDS = 3_600;
const ISSUER = "https://accounts.google.com";

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** `Bearer …` for the Authorization header. */
export function unsignedBearer(email: string, audience: string, nowMs: number): string {
  const iat = Math.floor(nowMs / 1000);
  const claims = {
    aud: audience,
    email,
    email_verified: true,
    iss: ISSUER,
    sub: email,
    iat,
    exp: iat + TOKEN_LIFETIME_SECONDS,
  };
  return `Bearer ${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
}
