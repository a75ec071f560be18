import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Profile } from '../../gateway/contract.ts'
import {
  curlCommand,
  mosquittoCommand,
  mqttUrl,
  sampleReading,
  shellQuote,
} from './connect-command.ts'

const PROFILE: Profile = {
  id: 'gas-combustible',
  name: { zh: '可燃气体', en: 'Combustible gas' },
  family: 'gas',
  points: [
    {
      name: 'lel',
      label: { zh: '浓度', en: 'Concentration' },
      kind: 'number',
      unit: '%LEL',
      range: { min: 0, max: 100 },
      primary: true,
    },
  ],
  silentAfterMs: 60_000,
  builtIn: true,
}
const TARGET = {
  deviceId: 'gd-1',
  token: 't+/=k',
  host: '10.0.0.5',
  mqttPort: 1884,
  isTls: false,
  origin: 'http://10.0.0.5:8080',
  profile: PROFILE,
}

describe('commands to connect a device', () => {
  it('name the device, its token, its topic and a harmless reading', () => {
    const command = mosquittoCommand(TARGET)
    expect(command).toContain("-u 'gd-1' -P 't+/=k'")
    expect(command).toContain('-h 10.0.0.5 -p 1884')
    expect(command).toContain("-t 'devices/gd-1/readings'")
    expect(JSON.parse(sampleReading(PROFILE))).toEqual({ values: { lel: 2 } })
    expect(curlCommand(TARGET)).toContain("'http://10.0.0.5:8080/api/v1/devices/gd-1/readings'")
  })

  it('give an address that can be parsed again', () => {
    const url = new URL(mqttUrl(TARGET))
    expect(decodeURIComponent(url.password)).toBe('t+/=k')
    expect(url.port).toBe('1884')
  })

  it('use TLS where the gateway takes devices over TLS only', () => {
    const target = { ...TARGET, mqttPort: 8883, isTls: true }
    expect(mosquittoCommand(target)).toContain('-p 8883 --tls-use-os-certs')
    expect(mqttUrl(target)).toMatch(/^mqtts:/)
  })

  it('quote so that a shell passes on exactly what was meant', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 30 })
    fc.assert(
      fc.property(printable, (text) => {
        const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellQuote(text)}`], {
          encoding: 'utf8',
        })
        expect(stdout).toBe(text)
      }),
      { numRuns: 20 },
    )
  })
})
