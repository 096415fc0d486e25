// A program that can be run, and where it lies. Looks at names of files and runs nothing.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import * as path from 'node:path';

export const WINDOWS = process.platform === 'win32';

/** How the server is started. */
export interface Program {
  readonly command: string;
  /** Arguments that come before the server's own, such as `lsp`. */
  readonly before: readonly string[];
  /** Where it was found, as the end of "the server comes from ...". */
  readonly origin: string;
}

/** The full name of a program on PATH. Relative entries of it are left out: they lead into whatever folder is open. */
export async function which(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => path.isAbsolute(each))) {
    const found = await runnable(path.join(folder, WINDOWS ? `${name}.exe` : name));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** The file, if it can be run. */
export async function runnable(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.X_OK);
    return file;
  } catch {
    return undefined; // not there, or not to be run: the next place is tried
  }
}
