import { readFileSync } from 'node:fs'
import { parse as parseYaml, YAMLParseError } from 'yaml'
import { type Settings, settingsSchema, VARIABLES, type VariableKind } from './schema.ts'

const DEFAULT_FILE = new URL('./default.yaml', import.meta.url)
const FILE_VARIABLE = 'VIGIL_CONFIG'
const SECRET_PATHS = Object.values(VARIABLES)
  .filter(({ kind }) => kind === 'secret')
  .map(({ path }) => path.join('.'))

/** One thing that is wrong with the settings, and where it came from. */
export interface SettingsProblem {
  /** `mqtt.port`, or the name of the variable or file. */
  readonly path: string
  readonly message: string
  /** What was there; absent for secrets. */
  readonly received?: string
  readonly origin: string
}

export class SettingsError extends Error {
  readonly problems: readonly SettingsProblem[]

  constructor(problems: readonly SettingsProblem[]) {
    const lines = problems.map(
      ({ path, message, received, origin }) =>
        `  ${path}: ${message}${received === undefined ? '' : `, received ${received}`} (${origin})`,
    )
    super(`The settings have ${problems.length} problem(s):\n${lines.join('\n')}`)
    this.name = 'SettingsError'
    this.problems = problems
  }
}

type Tree = { [key: string]: unknown }
type Environment = Readonly<Record<string, string | undefined>>

/**
 * Defaults, overridden by the file that VIGIL_CONFIG names, overridden by environment variables;
 * then validated as a whole. Throws `SettingsError` with every problem at once.
 */
export function loadSettings(environment: Environment = process.env): Settings {
  const problems: SettingsProblem[] = []
  const origins = new Map<string, string>()
  const tree = parseYaml(readFileSync(DEFAULT_FILE, 'utf8')) as Tree
  const file = environment[FILE_VARIABLE]
  if (file) {
    const overrides = readFile(file, problems)
    if (overrides !== null) merge(tree, overrides, [], (path) => origins.set(path, file))
  }
  applyEnvironment(tree, environment, { origins, problems })
  const result = settingsSchema.safeParse(tree)
  if (!result.success) {
    for (const issue of result.error.issues) {
      problems.push(...describe(issue, { tree, origins }))
    }
  }
  if (problems.length > 0 || !result.success) throw new SettingsError(problems)
  return result.data
}

function readFile(file: string, problems: SettingsProblem[]): Tree | null {
  const fail = (message: string) => {
    problems.push({
      path: FILE_VARIABLE,
      message,
      received: JSON.stringify(file),
      origin: 'environment',
    })
    return null
  }
  try {
    const content: unknown = parseYaml(readFileSync(file, 'utf8')) ?? {}
    return isTree(content) ? content : fail('the file must hold settings by name')
  } catch (error) {
    if (error instanceof YAMLParseError) return fail(`the file is not valid YAML: ${error.message}`)
    return fail(`the file cannot be read: ${(error as Error).message}`)
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function merge(
  into: Tree,
  from: Tree,
  path: readonly string[],
  note: (path: string) => void,
): void {
  for (const [key, value] of Object.entries(from)) {
    const here = [...path, key]
    const present = Object.hasOwn(into, key) ? into[key] : undefined
    if (isTree(present) && isTree(value)) {
      merge(present, value, here, note)
    } else {
      // defineProperty, because a file may well hold a key named __proto__.
      Object.defineProperty(into, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      })
      note(here.join('.'))
    }
  }
}

function applyEnvironment(
  tree: Tree,
  environment: Environment,
  { origins, problems }: { origins: Map<string, string>; problems: SettingsProblem[] },
): void {
  for (const [name, text] of Object.entries(environment)) {
    // An empty variable is one that a compose file or service unit left unset.
    if (!name.startsWith('VIGIL_') || name === FILE_VARIABLE || !text) continue
    const secretName = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : null
    const secretFile = secretName !== null && VARIABLES[secretName]?.kind === 'secret'
    const variable = secretFile ? VARIABLES[secretName] : VARIABLES[name]
    if (variable === undefined) {
      problems.push({ path: name, message: 'there is no such setting', origin: 'environment' })
      continue
    }
    const value = secretFile ? readSecret(name, text, problems) : convert(text, variable.kind)
    set(tree, variable.path, value)
    origins.set(variable.path.join('.'), name)
  }
}

function readSecret(name: string, file: string, problems: SettingsProblem[]): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    problems.push({
      path: name,
      message: `the file cannot be read: ${(error as Error).message}`,
      origin: 'environment',
    })
    return null
  }
}

/** Text that does not convert is handed on as it is: the schema then says what it expected. */
function convert(text: string, kind: VariableKind): unknown {
  switch (kind) {
    case 'number':
    case 'number-or-off': {
      const isNumber = text.trim() !== '' && Number.isFinite(Number(text))
      return isNumber ? Number(text) : text
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'text':
    case 'secret':
      return text
    default:
      return kind satisfies never
  }
}

function set(tree: Tree, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path
  if (head === undefined) return
  if (rest.length === 0) {
    tree[head] = value
    return
  }
  const next = tree[head]
  // A file may have put a plain value where a group belongs; the group wins, the file is told of.
  const group = isTree(next) ? next : {}
  tree[head] = group
  set(group, rest, value)
}

interface Issue {
  readonly code?: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

function describe(
  issue: Issue,
  context: {
    readonly tree: Tree
    readonly origins: ReadonlyMap<string, string>
  },
): SettingsProblem[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => {
      const full = [...path, key].join('.')
      return {
        path: full,
        message: 'there is no such setting',
        origin: originOf(full, context.origins),
      }
    })
  }
  const full = path.join('.')
  const received = valueAt(context.tree, path)
  // Also a group or a list that holds one.
  const isSecret = SECRET_PATHS.some((secret) => secret === full || secret.startsWith(`${full}.`))
  return [
    {
      path: full,
      message: issue.message,
      ...(isSecret || received === undefined ? {} : { received: JSON.stringify(received) }),
      origin: originOf(full, context.origins),
    },
  ]
}

function originOf(path: string, origins: ReadonlyMap<string, string>): string {
  for (const [known, origin] of origins) {
    if (path === known || path.startsWith(`${known}.`) || known.startsWith(`${path}.`))
      return origin
  }
  return 'default.yaml'
}

function valueAt(tree: Tree, path: readonly string[]): unknown {
  let value: unknown = tree
  for (const key of path) value = isTree(value) ? value[key] : undefined
  return value
}
