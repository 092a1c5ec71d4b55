/** Whether a port is free; an explanation when the address itself cannot be had. */
export type PortState = "free" | "taken" | string;

/** Tries whether one could listen there. */
export function tryPort(hostname: string, port: number): PortState {
  try {
    Deno.listen({ hostname, port }).close();
    return "free";
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return "taken";
    return error instanceof Error ? error.message : String(error);
  }
}
