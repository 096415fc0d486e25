// The server's command line, for what it prints: the same program and the same settings as the language server.
import type { Server } from './server';
import { lastLine, type Ran, run } from './run';

const MILLISECONDS = 60_000;
const COLUMNS = '110';

/** What `stoker ...` prints. */
export async function stoker(server: Server, ...given: string[]): Promise<Ran> {
  const { program } = server;
  if (program === undefined) {
    return { status: -1, output: '', errors: "Stoker's server is not installed" };
  }
  const { cwd, environment } = await server.surroundings();
  const options = { cwd, environment: { ...environment, COLUMNS }, timeout: MILLISECONDS };
  return run(program.command, [...program.before, ...given], options);
}

/** The output, or what was said instead of it. */
export function said(ran: Ran): string {
  return ran.output.trim() ? ran.output : `stoker: ${lastLine(ran.errors) || `nothing was said (status ${ran.status})`}\n`;
}
