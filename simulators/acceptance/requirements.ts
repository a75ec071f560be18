import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/**
 * What some suites need beside Node. The runner behind `npm test` looks for each, installs what it may, and
 * hands the names of what is missing to the suites, which skip themselves by `lacks(…)`.
 */
export const REQUIREMENTS = [
  'mosquitto_pub',
  'chromium',
  'cjk-fonts',
  'strace',
  'tmpfs',
  'influxd',
  'victoria-metrics',
  'pdftotext',
] as const
export type Requirement = (typeof REQUIREMENTS)[number]

/** Names of missing requirements, parted by commas; set by the runner. */
export const MISSING_VARIABLE = 'TEST_REQUIREMENTS_MISSING'

interface Provision {
  isPresent(): boolean
  /** Debian package that brings it; null: no package can. */
  readonly debianPackage: string | null
  /** What a person has to do or to allow. */
  readonly hint: string
}

export const PROVISIONS: Readonly<Record<Requirement, Provision>> = {
  mosquitto_pub: {
    isPresent: () => isOnPath('mosquitto_pub'),
    debianPackage: 'mosquitto-clients',
    hint: 'the program mosquitto_pub (Debian: mosquitto-clients)',
  },
  chromium: {
    isPresent: () => isOnPath('chromium'),
    debianPackage: 'chromium',
    hint: 'the browser chromium (Debian: chromium)',
  },
  'cjk-fonts': {
    isPresent: hasChineseFont,
    debianPackage: 'fonts-noto-cjk',
    hint: 'a Chinese font (Debian: fonts-noto-cjk)',
  },
  strace: {
    isPresent: () => isOnPath('strace'),
    debianPackage: 'strace',
    hint: 'the program strace, which lets single system calls fail (Debian: strace)',
  },
  tmpfs: {
    isPresent: mayMountTmpfs,
    debianPackage: null,
    hint: 'the right to mount a tmpfs (root, with the capability SYS_ADMIN)',
  },
  influxd: {
    isPresent: () => isOnPath('influxd'),
    debianPackage: 'influxdb',
    hint: 'the program influxd of InfluxDB 1.x (Debian: influxdb)',
  },
  'victoria-metrics': {
    isPresent: () => isOnPath('victoria-metrics'),
    debianPackage: 'victoria-metrics',
    hint: 'the program victoria-metrics (Debian: victoria-metrics)',
  },
  pdftotext: {
    isPresent: () => isOnPath('pdftotext'),
    debianPackage: 'poppler-utils',
    hint: 'the program pdftotext, which reads PDF files back (Debian: poppler-utils)',
  },
}

/** For `describe.skipIf(lacks('chromium'))`. Without the runner nothing counts as missing. */
export function lacks(...wanted: readonly Requirement[]): boolean {
  const missing = new Set((process.env[MISSING_VARIABLE] ?? '').split(','))
  return wanted.some((requirement) => missing.has(requirement))
}

export function findMissing(): readonly Requirement[] {
  return REQUIREMENTS.filter((requirement) => !PROVISIONS[requirement].isPresent())
}

function isOnPath(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)))
}

function hasChineseFont(): boolean {
  const listed = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' })
  return listed.status === 0 && listed.stdout.trim() !== ''
}

function mayMountTmpfs(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-mount-'))
  try {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
    if (mounted.status !== 0) return false
    return spawnSync('umount', [folder]).status === 0
  } finally {
    rmdirSync(folder)
  }
}
