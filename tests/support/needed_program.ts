/**
 * Finds a program that tests need beside Deno, or installs the distribution's where it may.
 *
 * @module
 */
import { delimiter, join } from "node:path";

/** Folders that hold programs and are not on every PATH. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/**
 * The path of a program whose package has its name. Where there is none and none can be installed,
 * stderr says what to do, and the process ends with 1.
 */
export async function neededProgram(name: string): Promise<string> {
  let path = await find(name);
  if (path === null) {
    await install(name);
    path = await find(name);
  }
  if (path !== null) return path;
  console.error(
    `these tests need ${name}, which is neither on PATH nor could be installed: ` +
      `install the package ${name} (Debian, Ubuntu: sudo apt-get install ${name})`,
  );
  Deno.exit(1);
}

async function find(name: string): Promise<string | null> {
  for (const folder of [...(Deno.env.get("PATH") ?? "").split(delimiter), ...MORE_FOLDERS]) {
    const path = join(folder, name);
    if (await Deno.stat(path).then((it) => it.isFile, () => false)) return path;
  }
  return null;
}

/** Says on stderr what it does. */
async function install(name: string): Promise<void> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return;
  const apt = async (...args: string[]) => {
    const { success } = await new Deno.Command("apt-get", {
      args: ["-qq", ...args],
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdout: "null",
      stderr: "inherit",
    }).output();
    return success;
  };
  console.error(`${name} is not there: installing it with apt-get`);
  try {
    const args = ["install", "-y", "--no-install-recommends", name];
    if (!await apt(...args) && await apt("update")) await apt(...args);
  } catch (error) {
    console.error(`apt-get cannot be used: ${error}`);
  }
}
