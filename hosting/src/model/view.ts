// Which of the page's views is shown. The address keeps it, so that it can be bookmarked, shared and gone back from.

export const VIEWS = [
  { id: "overview", title: "Overview" },
  { id: "positions", title: "Positions" },
  { id: "risk", title: "Risk" },
] as const;
export type View = (typeof VIEWS)[number]["id"];

/** The view that an address's fragment names; one that names none keeps the present one. */
export function viewOf(fragment: string, present: View): View {
  const name = fragment.replace(/^#/, "");
  return VIEWS.find(({ id }) => id === name)?.id ?? (name === "" ? "overview" : present);
}
