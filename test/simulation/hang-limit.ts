// How long a simulation may take before the test run takes it for one that hangs. It measures no speed: the longest takes
// 60 s on a quiet machine and took more than four times that beside another file on a shared one.
export const HANG_LIMIT_MS = 1_200_000;
