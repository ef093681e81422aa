// The port that Google's Firestore emulator takes by default, and the variable that moves this server's.
export const USUAL_PORT = { env: "BALLAST_FIRESTORE_PORT", port: 8080 } as const;
