import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimDataFolder } from './data-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-folder-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('claimDataFolder', () => {
  test('refuses a second process, and lets the next one in after a release', () => {
    const script = `import { claimDataFolder } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)}
      try { claimDataFolder(process.argv[1]); console.log('claimed') } catch (error) { console.log(error.code) }`
    const other = () =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script, folder], {
        encoding: 'utf8',
      }).stdout.trim()
    const claim = claimDataFolder(folder)
    expect(other()).toBe('data_folder_in_use')
    claim.release()
    expect(other()).toBe('claimed')
  })

  test('says that a file is no folder', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => claimDataFolder(join(folder, 'file'))).toThrow(
      expect.objectContaining({ code: 'data_folder_unusable' }),
    )
  })
})
