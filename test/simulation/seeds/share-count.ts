// Over how many files the seeds of a test run are dealt: one file each, enough that the last one to end leaves a core
// idle for seconds, not minutes.
export const SHARES = 4;
