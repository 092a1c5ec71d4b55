/**
 * Which output a session's speech is played on. Looked up at every playback: devices come and go.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";

/** How players address a device. */
export interface DeviceAddress {
  /** Whose address it is. */
  readonly system: "pulse" | "pipewire" | "alsa";
  readonly id: string;
}

/** An audio device. */
export interface AudioDevice {
  /** Its name for people. */
  readonly name: string;
  /** How many channels it plays; 0 for a microphone. */
  readonly outputChannels: number;
  /** Absent where players cannot choose it. */
  readonly address?: DeviceAddress;
}

/** Tells of the devices of this machine. Both may throw. */
export interface DeviceLister {
  /** Looks at them anew, where that takes its time; never rejects. */
  look?(): Promise<void>;
  /** Every device; its place in the list is its index. */
  list(): readonly AudioDevice[];
  /** The system's own choice; null when it is not known. */
  defaultIndex(): number | null;
}

/** What a preference comes to. */
export interface ResolvedDevice {
  /** What was asked for. */
  readonly preferred: string | null;
  /** Its place in the list; null for whatever the system chooses. */
  readonly index: number | null;
  /** Its name. */
  readonly name: string;
  /** Whether it is another than was asked for. */
  readonly fallback: boolean;
  /** Why it is this one. */
  readonly reason: string;
}

/** The preference that means: whatever the system chooses. */
export const SYSTEM_DEFAULT = "system-default";

/** Where devices cannot be listed. */
export const NO_DEVICE_LISTER: DeviceLister = {
  list() {
    throw new Error("this server has no way to list audio devices");
  },
  defaultIndex: () => null,
};

/** Finds the device of a preference. Never throws. */
export function resolveDevice(preferred: string | null, lister: DeviceLister): ResolvedDevice {
  let devices: readonly AudioDevice[];
  try {
    devices = lister.list();
  } catch (error) {
    return {
      ...{ preferred, index: null, name: "(unresolved)", fallback: true },
      reason: `query_devices failed: ${errorMessage(error)}`,
    };
  }
  const wanted = (preferred ?? "").trim();
  if (isSystemDefault(wanted)) return systemDefault(preferred, devices, lister);
  const plays = (index: number) => (devices[index]?.outputChannels ?? 0) > 0;
  if (/^\d+$/.test(wanted) && plays(Number(wanted))) {
    const index = Number(wanted);
    return {
      ...{ preferred, index, name: devices[index]!.name, fallback: false },
      reason: "index match",
    };
  }
  const part = wanted.toLowerCase();
  const index = devices.findIndex(({ name }, at) => plays(at) && name.toLowerCase().includes(part));
  if (index >= 0) {
    return {
      ...{ preferred, index, name: devices[index]!.name, fallback: false },
      reason: "name match",
    };
  }
  return {
    ...systemDefault(preferred, devices, lister),
    fallback: true,
    reason: `no output device matches ${JSON.stringify(wanted)}; fell back to the OS default`,
  };
}

/** Whether a preference leaves the choice to the system. */
export function isSystemDefault(preference: string): boolean {
  return ["", SYSTEM_DEFAULT, "default"].includes(preference.trim().toLowerCase());
}

function systemDefault(
  preferred: string | null,
  devices: readonly AudioDevice[],
  lister: DeviceLister,
): ResolvedDevice {
  let index: number | null;
  try {
    index = lister.defaultIndex();
  } catch (error) {
    return {
      ...{ preferred, index: null, name: "(system default, unresolved)", fallback: true },
      reason: `default_output_index failed: ${errorMessage(error)}`,
    };
  }
  const device = index === null ? undefined : devices[index];
  if (index === null || device === undefined) {
    return {
      ...{ preferred, index: null, name: "(system default)", fallback: false },
      reason: "the platform's default device is unknown",
    };
  }
  return { preferred, index, name: device.name, fallback: false, reason: "OS default" };
}
