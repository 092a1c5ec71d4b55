/**
 * The recording gateway.
 *
 * @module
 */
export { openGateway } from "./gateway.ts";
export type { Gateway, GatewayOptions, GatewayReport } from "./options.ts";
export { blobFolderName, type KeptBlobs } from "./recording_file.ts";
