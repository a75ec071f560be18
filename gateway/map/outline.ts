import { readFile, stat } from 'node:fs/promises'
import { MAP_LIMITS } from '#config/limits.ts'
import { type MapOutline, mapOutline } from '../contract.ts'

export interface LoadedOutline {
  readonly outline: MapOutline | null
  /** Why it cannot be used, in a sentence; null: it can, or there is none. */
  readonly outlineProblem: string | null
}

/**
 * The outline of the district. A file that is wrong does not keep a gateway from watching: the map
 * says what is wrong with it. `isNamed`: somebody set it, so that a missing file is a mistake.
 */
export async function loadOutline(
  path: string,
  options: { readonly isNamed: boolean },
): Promise<LoadedOutline> {
  try {
    const { size } = await stat(path)
    if (size > MAP_LIMITS.outlineBytesMax) {
      return refused(
        `the outline has ${size} bytes, at most ${MAP_LIMITS.outlineBytesMax} are taken`,
      )
    }
    const parsed = mapOutline.safeParse(JSON.parse(await readFile(path, 'utf8')))
    if (parsed.success) return { outline: parsed.data, outlineProblem: null }
    const [issue] = parsed.error.issues
    return refused(
      `the outline is not GeoJSON polygons: ${issue?.path.join('.')}: ${issue?.message}`,
    )
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (isMissing && !options.isNamed) return { outline: null, outlineProblem: null }
    return refused(`the outline cannot be read: ${(error as Error).message}`)
  }
}

function refused(outlineProblem: string): LoadedOutline {
  return { outline: null, outlineProblem }
}
