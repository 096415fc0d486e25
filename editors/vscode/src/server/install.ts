// Asks how the server shall come to this machine, and installs nothing unasked.
import * as vscode from 'vscode';
import { SECTION } from '../settings/declared';
import { which } from './program';
import { type Home, NotInstalled, OLDEST_PYTHON } from './home';

const PRIVATE = 'Install';
const UVX = 'Use uvx';
const CHOOSE = 'Choose a Program...';
const GUIDE = 'Open the Guide';

/** Ask, and do what was chosen; whether there is a server now. */
export async function offerServer(home: Home, log: vscode.LogOutputChannel): Promise<boolean> {
  const uvx = await which('uvx');
  const python = await home.python();
  const can = [...(python.command ? [PRIVATE] : []), ...(uvx ? [UVX] : [])];
  const text = can.length ? question(home.package) : lacking(python.found);
  const chosen = await vscode.window.showWarningMessage(text, ...can, CHOOSE, ...(can.length ? [] : [GUIDE]));
  switch (chosen) {
    case PRIVATE:
      return fetched(log, (report, token) => home.install(python.command as string, report, token));
    case UVX:
      return fetched(log, (report, token) => home.fetch(uvx as string, report, token));
    case CHOOSE:
      return choose();
    case GUIDE:
      await vscode.commands.executeCommand('stoker.showWalkthrough');
      return false;
    default:
      return false;
  }
}

/** Names what will be fetched: a package index gives it to whoever asks for that name. */
function question(wanted: string): string {
  const done = /[\\/]/.test(wanted) ? 'be installed' : 'be fetched from your package index and installed';
  return `Stoker's server is not on this machine yet. It is a Python program; shall ${wanted} ${done} for this extension alone?`;
}

function lacking(found: readonly string[]): string {
  const instead = found.length ? `; ${found.join(', ')}` : '';
  const wanted = OLDEST_PYTHON.join('.');
  return `Stoker's server is not on this machine, and to install it Python ${wanted} or newer is needed, or uv: neither was found${instead}.`;
}

type Step = (report: (step: string) => void, token: vscode.CancellationToken) => Promise<void>;

async function fetched(log: vscode.LogOutputChannel, work: Step): Promise<boolean> {
  const options = { location: vscode.ProgressLocation.Notification, title: "Stoker's server", cancellable: true };
  try {
    await vscode.window.withProgress(options, (progress, token) => work((message) => progress.report({ message }), token));
    return true;
  } catch (problem) {
    if (problem instanceof vscode.CancellationError) {
      return false;
    }
    if (!(problem instanceof NotInstalled)) {
      throw problem;
    }
    const show = 'Show Log';
    const text = `Stoker's server was not installed: ${problem.message}. Without a network, let stoker.server.package name a wheel.`;
    if ((await vscode.window.showErrorMessage(text, show)) === show) {
      log.show();
    }
    return false;
  }
}

async function choose(): Promise<boolean> {
  const [file] = (await vscode.window.showOpenDialog({ title: 'The program stoker', openLabel: 'Use' })) ?? [];
  if (file === undefined) {
    return false;
  }
  const configuration = vscode.workspace.getConfiguration(SECTION);
  await configuration.update('server.command', [file.fsPath], vscode.ConfigurationTarget.Global);
  return true;
}
