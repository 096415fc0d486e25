// Asks how the server shall come to this machine, and installs nothing unasked.
import * as vscode from 'vscode';
import { SECTION } from '../settings/declared';
import { which } from './find';
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
  const chosen = await vscode.window.showWarningMessage(said(can, python.found), ...can, CHOOSE, ...(can.length ? [] : [GUIDE]));
  switch (chosen) {
    case PRIVATE:
      return installed(home, python.command as string, log);
    case UVX:
      await home.useUvx();
      return true;
    case CHOOSE:
      return choose();
    case GUIDE:
      await vscode.commands.executeCommand('stoker.showWalkthrough');
      return false;
    default:
      return false;
  }
}

function said(can: readonly string[], found: readonly string[]): string {
  if (can.length) {
    return "Stoker's server is not on this machine yet. It is a Python program; shall it be installed for this extension alone?";
  }
  const instead = found.length ? `; ${found.join(', ')}` : '';
  const wanted = OLDEST_PYTHON.join('.');
  return `Stoker's server is not on this machine, and to install it Python ${wanted} or newer is needed, or uv: neither was found${instead}.`;
}

async function installed(home: Home, python: string, log: vscode.LogOutputChannel): Promise<boolean> {
  const options = { location: vscode.ProgressLocation.Notification, title: "Stoker's server", cancellable: true };
  try {
    await vscode.window.withProgress(options, (progress, token) =>
      home.install(python, (message) => progress.report({ message }), token),
    );
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
