// Reads why a venue did not take an order or an exit.
import type { Rejection } from "#domain/documents/order.ts";
import { VENUE_REASONS } from "#domain/documents/words.ts";
import { nullable, oneOf, optional, shape, text } from "./shape.ts";

export const rejection = shape<Rejection>({
  code: text,
  message: text,
  reason: optional(nullable(oneOf(VENUE_REASONS))),
});
