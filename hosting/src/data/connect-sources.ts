// Where the page may connect on a public host: its own address and the three of Firebase that it uses.

/** A `connect-src` list. */
export const PRODUCTION_CONNECT_SOURCES =
  "'self' https://firestore.googleapis.com https://identitytoolkit.googleapis.com https://securetoken.googleapis.com";
