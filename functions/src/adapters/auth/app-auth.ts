// The Auth client of this process's Firebase app, made on first use: importing must open nothing.
import { getApps, initializeApp } from "firebase-admin/app";
import { type Auth, getAuth } from "firebase-admin/auth";

export function appAuth(): Auth {
  return getAuth(getApps()[0] ?? initializeApp());
}
