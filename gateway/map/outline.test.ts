import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test as base, describe, expect } from 'vitest'
import { MAP_LIMITS } from '#config/limits.ts'
import { loadOutline } from './outline.ts'

const DEMO_OUTLINE = fileURLToPath(
  new URL('../../simulators/demo/outline.geojson', import.meta.url),
)

const test = base.extend<{ readonly file: (text: string) => Promise<string> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern.
  file: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'vigil-outline-'))
    await use(async (text) => {
      const path = join(folder, 'outline.geojson')
      await writeFile(path, text)
      return path
    })
    await rm(folder, { recursive: true, force: true })
  },
})

describe('loadOutline', () => {
  test('takes that of the demonstration, every town of it', async () => {
    const { outline, outlineProblem } = await loadOutline(DEMO_OUTLINE, { isNamed: true })
    expect(outlineProblem).toBeNull()
    const towns = outline?.features.map(({ properties }) => properties.organizationId)
    expect(towns).toEqual(['town-dongyuan', 'town-luoyang', 'town-zhangban', 'town-baiqi'])
  })

  test.for([
    ['{"type":"FeatureCollection","features":[{"type":"Feature"}]}', 'features.0.properties'],
    ['{"type":"Point","coordinates":[1,2]}', 'not GeoJSON polygons'],
    ['not json', 'cannot be read'],
    ['"'.padEnd(MAP_LIMITS.outlineBytesMax + 1), 'at most'],
  ] as const)('says what is wrong with a file', async ([text, problem], { file }) => {
    const path = await file(text)
    const { outline, outlineProblem } = await loadOutline(path, { isNamed: true })
    expect(outline).toBeNull()
    expect(outlineProblem).toContain(problem)
  })

  test('a missing file is a mistake only where somebody named it', async ({ file }) => {
    const missing = `${await file('{}')}.other`
    expect(await loadOutline(missing, { isNamed: false })).toEqual({
      outline: null,
      outlineProblem: null,
    })
    expect((await loadOutline(missing, { isNamed: true })).outlineProblem).toContain('ENOENT')
  })
})
