/**
 * The recording gateway.
 *
 * @module
 */
export { type Gateway, type GatewayOptions, type GatewayReport, openGateway } from "./gateway.ts";
export { blobFolderName, type KeptBlobs } from "./recording_file.ts";
