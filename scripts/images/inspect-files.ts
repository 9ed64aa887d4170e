import { closeSync, existsSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { budgetBytes, modelsOf, sbomPath, type ImageName } from '../../deploy/images/src/definition.ts';

/** What runs commands or installs things: nothing of it is needed to serve. */
const tools = [
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'busybox',
  'apt',
  'apt-get',
  'dpkg',
  'apk',
  'npm',
  'npx',
  'pnpm',
  'yarn',
  'corepack',
  'curl',
  'wget',
  'perl',
  'python3',
];
const sources = /\.(map|[cm]?tsx?)$|\.test\.[cm]?js$/;
const secrets = /(^|\/)\.(env|npmrc|git)(\/|$)|\.(pem|key)$/;

interface File {
  readonly path: string;
  readonly bytes: number;
  readonly mode: number;
  readonly inode: number;
}

function filesBelow(root: string, folder = root): File[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(root, path);
    const { size, mode, ino } = lstatSync(path);
    return [{ path: `/${relative(root, path)}`, bytes: entry.isFile() ? size : 0, mode, inode: ino }];
  });
}

/** What kind of machine code a file is; undefined for anything else. */
function machineOf(path: string): string | undefined {
  const head = Buffer.alloc(20);
  const file = openSync(path, 'r');
  readSync(file, head);
  closeSync(file);
  if (head.readUInt32BE(0) === 0x7f454c46) return head.readUInt16LE(18) === 62 ? 'linux/x64' : 'linux on another processor';
  if (head.toString('latin1', 0, 2) === 'MZ') return 'Windows';
  return [0xcffaedfe, 0xfeedfacf, 0xcafebabe].includes(head.readUInt32BE(0)) ? 'macOS' : undefined;
}

export interface Inspection {
  readonly bytes: number;
  readonly faults: readonly string[];
}

/**
 * Looks through an image's files.
 *
 * @param root folder that holds them
 * @param developing packages that only development needs
 */
export function inspectFiles(name: ImageName, root: string, developing: readonly string[]): Inspection {
  const files = filesBelow(root);
  const bytes = [...new Map(files.map((file) => [file.inode, file.bytes])).values()].reduce((sum, size) => sum + size, 0);
  const faults: string[] = [];
  if (bytes > budgetBytes) faults.push(`it weighs ${(bytes / 1e6).toFixed(1)} MB, over the ${budgetBytes / 1e6} MB that it may`);
  for (const { path, mode } of files) {
    if (tools.includes(basename(path)) && mode & 0o111) faults.push(`${path} is a tool that nothing here needs`);
    if (sources.test(path)) faults.push(`${path} is only read by compilers, debuggers or tests`);
    if (secrets.test(path)) faults.push(`${path} may hold a secret`);
    if (mode & 0o6000) faults.push(`${path} gives its caller the rights of its owner`);
    if (mode & 0o002 && (mode & 0o170000) !== 0o120000) faults.push(`${path} can be written by anyone`);
  }
  for (const { path, bytes: size } of files.filter((file) => file.bytes >= 20)) {
    const machine = machineOf(join(root, path));
    if (machine !== undefined && machine !== 'linux/x64') faults.push(`${path} (${size} bytes) is for ${machine}`);
  }

  const { components } = JSON.parse(readFileSync(join(root, sbomPath), 'utf8')) as { components: { name: string }[] };
  const inside = new Set([...components.map((component) => component.name), ...files.flatMap(({ path }) => packageIn(path))]);
  for (const wrong of developing.filter((other) => inside.has(other))) faults.push(`${wrong} is only for development`);

  const models = existsSync(join(root, 'app/models')) ? readdirSync(join(root, 'app/models')) : [];
  if (models.toSorted().join() !== modelsOf(name).toSorted().join())
    faults.push(`it has the models of '${models.join()}', expected '${modelsOf(name).join()}'`);
  return { bytes, faults };
}

/** The package that a file of an image belongs to, if any. */
function packageIn(path: string): string[] {
  const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  return name === undefined ? [] : [name];
}
