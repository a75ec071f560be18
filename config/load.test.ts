import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadSettings, SettingsError, type SettingsProblem } from './load.ts'
import { VARIABLES } from './schema.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-settings-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function file(content: string): string {
  const path = join(folder, 'vigil.yaml')
  writeFileSync(path, content)
  return path
}

function problemsOf(environment: Record<string, string>): readonly SettingsProblem[] {
  try {
    loadSettings(environment)
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
  return []
}

describe('loadSettings', () => {
  test('takes the defaults when nothing is set', () => {
    const settings = loadSettings({})
    expect(settings.http.port).toBe(8080)
    expect(settings.mqtt.port).toBe(1883)
    expect(settings.adminPassword).toBeNull()
  })

  test('lets the file override the defaults and the environment override the file', () => {
    const path = file('http:\n  port: 9000\nlog:\n  level: debug\n')
    const settings = loadSettings({ VIGIL_CONFIG: path, VIGIL_HTTP_PORT: '9001' })
    expect(settings.http.port).toBe(9001)
    expect(settings.log.level).toBe('debug')
    expect(settings.mqtt.port).toBe(1883)
  })

  test('reads "off" and numbers from variables', () => {
    const settings = loadSettings({
      VIGIL_MQTT_PORT: 'off',
      VIGIL_HTTP_PORT: '0',
      VIGIL_LOG_LEVEL: '',
    })
    expect(settings.log.level).toBe('info')
    expect(settings.mqtt.port).toBe('off')
    expect(settings.http.port).toBe(0)
  })

  test('names every problem at once, with path, what was received and where it came from', () => {
    const path = file('http:\n  port: seven\nretention: 3\n__proto__:\n  polluted: true\n')
    const problems = problemsOf({
      VIGIL_CONFIG: path,
      VIGIL_MQTT_PORT: '70000',
      VIGIL_RETENTION_DAYS: '29',
      VIGIL_NO_SUCH: '1',
      VIGIL_ALLOW_PRIVATE_RECEIVERS: 'yes',
      VIGIL_TLS_KEY_FILE: '/nowhere/key.pem',
    })
    expect(problems.map((problem) => problem.path).sort()).toEqual([
      'VIGIL_NO_SUCH',
      '__proto__',
      'http.port',
      'mqtt.port',
      'notification.allowPrivateReceivers',
      'retention',
      'timeSeries.retentionDays',
      'tls.certFile',
    ])
    const port = problems.find((problem) => problem.path === 'http.port')
    expect(port).toMatchObject({ received: '"seven"', origin: path })
    const days = problems.find((problem) => problem.path === 'timeSeries.retentionDays')
    expect(days).toMatchObject({ received: '29', origin: 'VIGIL_RETENTION_DAYS' })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('takes a secret from a file, and never shows one', () => {
    const path = join(folder, 'password')
    writeFileSync(path, 'correct horse battery\n')
    const settings = loadSettings({ VIGIL_ADMIN_PASSWORD_FILE: path })
    expect(settings.adminPassword?.reveal()).toBe('correct horse battery')
    expect(JSON.stringify(settings)).not.toContain('correct horse')
    const problems = problemsOf({ VIGIL_ADMIN_PASSWORD: 'short' })
    expect(problems.map((problem) => problem.path)).toEqual(['adminPassword'])
    expect(JSON.stringify(problems)).not.toContain('"short"')
  })

  test('takes the address of the time series and its token, and hides both', () => {
    const address = 'influxdb1://vigil:geheim@influx:8086/plant'
    const path = join(folder, 'token')
    writeFileSync(path, 'geheimes token\n')
    const settings = loadSettings({
      VIGIL_TIMESERIES_URL: address,
      VIGIL_INFLUX_TOKEN_FILE: path,
    })
    expect(settings.timeSeries.url.reveal()).toBe(address)
    expect(settings.timeSeries.influxToken?.reveal()).toBe('geheimes token')
    expect(JSON.stringify(settings)).not.toContain('geheim')
    writeFileSync(path, `${address}\n`)
    const fromFile = loadSettings({ VIGIL_TIMESERIES_URL_FILE: path })
    expect(fromFile.timeSeries.url.reveal()).toBe(address)
    expect(loadSettings({}).timeSeries).toMatchObject({ influxToken: null, retentionDays: 400 })
  })

  test.for([
    ['influxdb1://vigil:geheim@influx/', 'timeSeries.url', 'one name after the host'],
    ['postgres://vigil:geheim@db/plant', 'timeSeries.url', 'expected embedded:'],
    ['influxdb2://influx:8086/acme/gas', 'timeSeries.influxToken', 'VIGIL_INFLUX_TOKEN'],
  ] as const)('says what is wrong with %j, and shows no secret', ([url, path, message]) => {
    const [problem, ...more] = problemsOf({ VIGIL_TIMESERIES_URL: url })
    expect(more).toEqual([])
    expect(problem).toMatchObject({ path, message: expect.stringContaining(message) })
    expect(problem?.received).toBeUndefined()
    expect(JSON.stringify(problem)).not.toContain('geheim')
  })

  test('shows no secret of a group that has the wrong shape', () => {
    const path = file('timeSeries:\n  - url: influxdb1://vigil:geheim@influx/plant\n')
    const problems = problemsOf({ VIGIL_CONFIG: path })
    expect(problems.map((problem) => problem.path)).toContain('timeSeries')
    expect(JSON.stringify(problems)).not.toContain('geheim')
  })

  test.for([
    ['a file that is not there', '/nowhere/vigil.yaml'],
    ['a file that is not YAML', 'a: [1'],
    ['a file that is a list', '- 1\n'],
  ] as const)('says what is wrong with %s', ([, content]) => {
    const path = content.startsWith('/') ? content : file(content)
    expect(problemsOf({ VIGIL_CONFIG: path }).map((problem) => problem.path)).toEqual([
      'VIGIL_CONFIG',
    ])
  })
})

test('default.yaml names every variable', () => {
  const text = readFileSync(new URL('./default.yaml', import.meta.url), 'utf8')
  for (const name of Object.keys(VARIABLES)) expect(text).toContain(name)
})
