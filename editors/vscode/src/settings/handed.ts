// What of the user's settings reaches the server, and how. What belongs to the user's machine goes along at start, so that no
// workspace can have a say in it; the rest is asked for by the server. A default is never handed over: it would win over the
// project's own file.
import * as vscode from 'vscode';
import { SECTION, type Declared } from './declared';

export type Tree = Record<string, Record<string, unknown>>;

/** The values for `initializationOptions`: what the user's own settings say of the machine's. */
export function atStart(declared: readonly Declared[]): Tree {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return tree(declared.filter((each) => each.machine), (key) => configuration.inspect(key)?.globalValue);
}

/** The values for `workspace/configuration`: what was set at all, the innermost first. */
export function whenAsked(declared: readonly Declared[], scope: vscode.Uri | undefined): Tree {
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  return tree(declared.filter((each) => !each.machine), (key) => {
    const found = configuration.inspect(key);
    return found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
  });
}

function tree(declared: readonly Declared[], value: (key: string) => unknown): Tree {
  const made: Tree = {};
  for (const { key } of declared) {
    const [section, name] = key.split('.') as [string, string];
    const set = value(key);
    if (set !== undefined) {
      (made[section] ??= {})[name] = set;
    }
  }
  return made;
}
