// Which settings there are, as package.json contributes them; most of them are made from the server's own declarations.
import type * as vscode from 'vscode';

export const SECTION = 'stoker';

/** A setting that is the server's, without the `stoker.` before its name. */
export interface Declared {
  readonly key: string;
  /** Whether only the user's machine may set it, never a workspace. */
  readonly machine: boolean;
  readonly choices: readonly string[];
}

interface Property {
  readonly scope?: string;
  readonly enum?: readonly string[];
}

interface Category {
  readonly properties: Readonly<Record<string, Property>>;
}

/** The server's settings. The first category is the extension's own, which the server does not know. */
export function declaredSettings(extension: vscode.Extension<unknown>): Declared[] {
  const manifest = extension.packageJSON as { contributes: { configuration: readonly Category[] } };
  return manifest.contributes.configuration
    .slice(1)
    .flatMap((category) => Object.entries(category.properties))
    .map(([name, property]) => ({
      key: name.slice(SECTION.length + 1),
      machine: property.scope === 'machine',
      choices: property.enum ?? [],
    }));
}
