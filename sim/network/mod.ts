/**
 * Network weather: a simulated network on any clock, and the same weather over a real road.
 *
 * @module
 */
export * from "./faults.ts";
export * from "./profile.ts";
export * from "./shaped_network.ts";
export * from "./sim_network.ts";
