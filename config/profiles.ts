import { readdirSync, readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import type { z } from 'zod'
import { type ProfileDocument, profileSchema } from './profile-schema.ts'

const PROFILES = new URL('./profiles/', import.meta.url)
const RULE_PACKS = new URL('./rule-packs/', import.meta.url)

/** What is wrong with the shipped data; each problem with file and path. */
export class ShippedDataError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The shipped profiles and rule packs have problems:\n  ${problems.join('\n  ')}`)
    this.name = 'ShippedDataError'
    this.problems = problems
  }
}

/** Every profile of config/profiles. Throws `ShippedDataError` with all problems at once. */
export function loadProfiles(folder: URL = PROFILES): readonly ProfileDocument[] {
  return collect(folder, (document) => [document], profileSchema)
}

/**
 * Every rule of config/rule-packs, parsed by the schema that is handed in (a rule is the language of
 * alerting/, which config/ does not know). Throws `ShippedDataError` with all problems at once.
 */
export function loadRulePacks<Schema extends z.ZodType>(
  schema: Schema,
  folder: URL = RULE_PACKS,
): readonly z.output<Schema>[] {
  const rulesOf = (document: unknown) => {
    const rules = (document as { rules?: unknown } | null)?.rules
    return Array.isArray(rules) ? rules : [document]
  }
  return collect(folder, rulesOf, schema)
}

function collect<Schema extends z.ZodType>(
  folder: URL,
  split: (document: unknown) => readonly unknown[],
  schema: Schema,
): readonly z.output<Schema>[] {
  const found: z.output<Schema>[] = []
  const problems: string[] = []
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()) {
    const document: unknown = parseYaml(readFileSync(new URL(file, folder), 'utf8'))
    for (const [index, item] of split(document).entries()) {
      const result = schema.safeParse(item)
      if (result.success) {
        found.push(result.data)
        continue
      }
      for (const issue of result.error.issues) {
        problems.push(`${file} [${index}] ${issue.path.join('.')}: ${issue.message}`)
      }
    }
  }
  if (problems.length > 0) throw new ShippedDataError(problems)
  return found
}
