// Google's list paging (page_size, page_token) over an array: the token is the offset of the next page.
import { status } from "@grpc/grpc-js";
import { GrpcFault } from "./grpc-port.ts";

const DEFAULT_PAGE_SIZE = 1_000;

export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** One page, and the token of the next ("" when this is the last). Throws INVALID_ARGUMENT on a foreign token. */
export function pageOf<T>(all: readonly T[], request: PageRequest): { items: T[]; nextPageToken: string } {
  const start = request.pageToken === "" ? 0 : Number(request.pageToken);
  if (!Number.isInteger(start) || start < 0 || start > all.length) {
    throw new GrpcFault(status.INVALID_ARGUMENT, `Not a page token of this list: ${request.pageToken}`);
  }
  const end = start + (request.pageSize > 0 ? request.pageSize : DEFAULT_PAGE_SIZE);
  return { items: all.slice(start, end), nextPageToken: end < all.length ? String(end) : "" };
}
