import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse as parseYaml } from 'yaml'
import { profileDocument, type ShippedProfile } from './profile-schema.ts'

/** One thing that is wrong with a shipped file, and where. */
export interface DocumentProblem {
  /** `gas-combustible.yaml`, or with what is inside: `gas-combustible.yaml: points.0.unit`. */
  readonly path: string
  readonly message: string
}

export class DocumentsError extends Error {
  readonly problems: readonly DocumentProblem[]

  constructor(problems: readonly DocumentProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`)
    super(`Profiles and rule packs have ${problems.length} problem(s):\n${lines.join('\n')}`)
    this.name = 'DocumentsError'
    this.problems = problems
  }
}

/** A file as it was read; what it should be is for its reader to say. */
export interface LooseDocument {
  readonly file: string
  readonly content: unknown
}

/**
 * All device profiles that come with Vigil, and the documents of all rule packs, which
 * `alerting/rules/rule-pack.ts` knows how to read. Throws `DocumentsError` with every problem at once.
 */
export function loadShippedDocuments(
  folders: { readonly profiles: string; readonly rulePacks: string } = {
    profiles: fileURLToPath(new URL('./profiles/', import.meta.url)),
    rulePacks: fileURLToPath(new URL('./rule-packs/', import.meta.url)),
  },
): {
  readonly profiles: readonly ShippedProfile[]
  readonly rulePacks: readonly LooseDocument[]
} {
  const problems: DocumentProblem[] = []
  const profiles = readFolder(folders.profiles, problems).flatMap(({ file, content }) => {
    const result = profileDocument.safeParse(content)
    if (!result.success) {
      for (const { path, message } of result.error.issues) {
        problems.push({ path: `${file}: ${path.join('.')}`, message })
      }
      return []
    }
    if (file !== `${result.data.id}.yaml`) {
      problems.push({ path: `${file}: id`, message: `the file of ${result.data.id} is named so` })
    }
    return [shippedProfileOf(result.data)]
  })
  const rulePacks = readFolder(folders.rulePacks, problems)
  if (problems.length > 0) throw new DocumentsError(problems)
  return { profiles, rulePacks }
}

function shippedProfileOf(document: ReturnType<typeof profileDocument.parse>): ShippedProfile {
  const points = new Map(document.points.map((point) => [point.name, point]))
  return { ...document, points, builtIn: true }
}

function readFolder(folder: string, problems: DocumentProblem[]): readonly LooseDocument[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  return files.sort().flatMap((file) => {
    try {
      return [{ file, content: parseYaml(readFileSync(join(folder, file), 'utf8')) as unknown }]
    } catch (error) {
      problems.push({ path: file, message: error instanceof Error ? error.message : String(error) })
      return []
    }
  })
}
