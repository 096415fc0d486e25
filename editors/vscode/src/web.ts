// The extension where there are no processes: in the browser alone (vscode.dev, github.dev). It says what Stoker needs, and does no more.
import * as vscode from 'vscode';

const NEEDS =
  'Stoker needs a machine with Python, and there is none behind this browser: open the folder in VS Code on a computer, or in a remote window.';
const TOLD = 'web.told';

export function activate(context: vscode.ExtensionContext): void {
  const item = vscode.window.createStatusBarItem('status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Stoker';
  item.text = '$(circle-slash) Stoker';
  item.tooltip = NEEDS;
  item.command = 'stoker.menu';
  item.show();
  const manifest = context.extension.packageJSON as { contributes: { commands: readonly { command: string }[] } };
  const tell = (): void => void vscode.window.showInformationMessage(NEEDS, 'OK'); // a button has it unfolded
  context.subscriptions.push(item, ...manifest.contributes.commands.map(({ command }) => vscode.commands.registerCommand(command, tell)));
  if (context.globalState.get(TOLD) !== true) {
    void context.globalState.update(TOLD, true);
    tell(); // once unasked; whoever asks for something is told again
  }
}
