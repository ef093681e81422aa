// Over how many files the mutations of a test run are dealt: one file each, which workers run side by side.
export const MUTATION_SHARES = 2;
