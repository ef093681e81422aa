// An instance whose orders meet something between their decision and their arrival at the venue.
import type { Instance } from "./world.ts";

/** `act` comes before each order leaves, with its number from 1. */
export function beforeOrders(instance: Instance, act: (number: number) => void): Instance {
  let sent = 0;
  return {
    ...instance,
    async venueFor(of) {
      const venue = await instance.venueFor(of);
      const createOrder: typeof venue.createOrder = (request, options) => {
        sent += 1;
        act(sent);
        return venue.createOrder(request, options);
      };
      return { ...venue, createOrder };
    },
  };
}
