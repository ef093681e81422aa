// Where Cloud Tasks calls a function. At Google the address that Cloud Run gives a service by its project's number: behind
// any other name, `cloudfunctions.net` too, a call comes from outside, and these functions take calls from inside only.

export interface FunctionsPlace {
  /** Base URL of the local stack's functions; null at Google. */
  readonly taskTargetOrigin: string | null;
  /** Null where the functions are not at Google. */
  readonly projectNumber: string | null;
  readonly location: string;
}

export function taskTarget(
  { taskTargetOrigin, projectNumber, location }: FunctionsPlace,
  name: string,
): string {
  if (taskTargetOrigin !== null) return `${taskTargetOrigin}/${name}`;
  if (projectNumber === null) throw new Error("Functions at Google have a project number");
  // A service is named like its function, in lower case.
  return `https://${name.toLowerCase()}-${projectNumber}.${location}.run.app`;
}
