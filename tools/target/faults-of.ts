// The faults of a shape in words, for people at the command line.

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export function faultsOf(issues: readonly Issue[], between = "; "): string {
  return issues.map(({ path, message }) => `${path.join(".") || "(root)"}: ${message}`).join(between);
}
