// Notices when the process that started this one is gone, as after a SIGKILL of npm. Ctrl-C then reaches the
// stack no more, and it has to end by itself to free its ports.

/** How soon an orphan notices. */
const CHECK_MS = 500;
/** Set by local/bootstrap.mjs. Without it, the process that started the supervisor ends it too. */
const LAUNCHER_VARIABLE = "BALLAST_LAUNCHER_PID";

/** Calls back once when the launcher has ended. */
export function watchLauncher(onGone: () => void): void {
  if (process.env[LAUNCHER_VARIABLE] !== String(process.ppid)) return;
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    onGone();
  }, CHECK_MS);
  timer.unref();
}
