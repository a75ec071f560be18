import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distanceMetres, gcj02ToWgs84, looksSwapped, wgs84ToGcj02 } from './coordinates.ts'

describe('GCJ-02', () => {
  // Published vectors: wandergis/coordtransform test/app.js, and a test of a mapping app.
  test.for([
    [39.915, 116.404, 39.91640428150164, 116.41024449916938],
    [34.829793, 113.647881, 34.8287280094783, 113.65396374215176],
  ] as const)(
    '%f, %f is drawn at %f, %f',
    ([latitude, longitude, thereLatitude, thereLongitude]) => {
      const there = wgs84ToGcj02({ latitude, longitude })
      expect(there.latitude).toBeCloseTo(thereLatitude, 9)
      expect(there.longitude).toBeCloseTo(thereLongitude, 9)
    },
  )

  test('there and back is the same place, to a millimetre', () => {
    const latitude = fc.double({ min: 3, max: 53, noNaN: true })
    const longitude = fc.double({ min: 74, max: 135, noNaN: true })
    fc.assert(
      fc.property(latitude, longitude, (lat, long) => {
        const place = { latitude: lat, longitude: long }
        expect(distanceMetres(gcj02ToWgs84(wgs84ToGcj02(place)), place)).toBeLessThan(0.001)
      }),
    )
  })

  test('nothing is shifted outside of China', () => {
    const lisbon = { latitude: 38.7, longitude: -9.1 }
    expect(wgs84ToGcj02(lisbon)).toEqual(lisbon)
    expect(gcj02ToWgs84(lisbon)).toEqual(lisbon)
  })
})

test('exchanged latitude and longitude are noticed', () => {
  expect(looksSwapped({ latitude: 121.5, longitude: 31.2 })).toBe(true)
  expect(looksSwapped({ latitude: 31.2, longitude: 121.5 })).toBe(false)
  expect(looksSwapped({ latitude: 38.7, longitude: -9.1 })).toBe(false)
})

test('distance over the ground', () => {
  const one = { latitude: 31, longitude: 121 }
  // A degree of a meridian of the mean sphere.
  expect(distanceMetres(one, { latitude: 32, longitude: 121 })).toBeCloseTo(111_195.08, 1)
  expect(distanceMetres(one, one)).toBe(0)
})
