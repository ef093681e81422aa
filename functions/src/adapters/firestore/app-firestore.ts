// The Firestore client of this process's Firebase app, made on first use: importing must open nothing.
import { getApps, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";

export function appFirestore(): Firestore {
  return getFirestore(getApps()[0] ?? initializeApp());
}
