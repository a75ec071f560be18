import { describe, expect, it } from 'vitest'
import { matchesDevice, parseDeviceFilter } from './device-filter.ts'

const DEVICE = { id: 'gd-101', name: 'Detector 1', location: 'Tank 3', siteId: 's1' }
const NOW = { status: 'online', place: 'Town / Plant / Yard' } as const

describe('matchesDevice', () => {
  it.each([
    ['', true],
    ['q=gd-101', true],
    ['q=plant+tank', true],
    ['q=plant+pump', false],
    ['status=online', true],
    ['status=silent', false],
    ['status=unknown', true],
    ['site=s1', true],
    ['site=s2', false],
  ])('"%s": %s', (address, expected) => {
    const filter = parseDeviceFilter(new URLSearchParams(address))
    expect(matchesDevice(DEVICE, NOW, filter)).toBe(expected)
  })
})
