import { describe, expect, test } from 'vitest'
import { parseTimeSeriesUrl } from './time-series-url.ts'

const V1 = { kind: 'influxdb1', protocol: 'http', host: 'influx', port: 8086, database: 'plant' }
const V2 = {
  kind: 'influxdb2',
  protocol: 'http',
  host: 'influx',
  port: 8086,
  organization: 'acme',
  bucket: 'gas',
}
const nobody = { username: null, password: null }

describe('parseTimeSeriesUrl', () => {
  test.each([
    ['embedded:', { kind: 'embedded' }],
    ['influxdb1://influx/plant', { ...V1, ...nobody }],
    [
      'influxdb1://vigil:pass@influx:8087/plant',
      { ...V1, port: 8087, username: 'vigil', password: 'pass' },
    ],
    ['influxdb1://vigil@influx/plant', { ...V1, username: 'vigil', password: '' }],
    ['influxdb1+https://influx/plant', { ...V1, ...nobody, protocol: 'https' }],
    [
      'influxdb1://a%40b:p%3A%2F%25%23@influx/my%20plant',
      { ...V1, username: 'a@b', password: 'p:/%#', database: 'my plant' },
    ],
    ['influxdb1://[::1]:8086/厂区', { ...V1, ...nobody, host: '::1', database: '厂区' }],
    ['influxdb2://influx/acme/gas', V2],
    [
      'influxdb2+https://10.0.0.7:443/acme%2Fone/gas',
      { ...V2, protocol: 'https', host: '10.0.0.7', port: 443, organization: 'acme/one' },
    ],
  ])('reads %j', (text, target) => {
    expect(parseTimeSeriesUrl(text)).toEqual({ ok: true, target })
  })

  test.each([
    ['', 'expected embedded:'],
    ['embedded', 'expected embedded:'],
    ['http://u:geheim@influx:8086/plant', 'expected embedded:'],
    ['influxdb3://u:geheim@influx/plant', 'expected embedded:'],
    ['influxdb1:u:geheim@influx/plant', 'expected embedded:'],
    ['influxdb1://u:geheim@/plant', 'cannot be read|names no host'],
    ['influxdb1:///plant', 'names no host'],
    ['influxdb1://u:geheim@influx:port/plant', 'cannot be read'],
    ['influxdb1://u:geheim@influx:99999/plant', 'cannot be read'],
    ['influxdb1://u:geheim@influx:0/plant', 'port must not be 0'],
    ['influxdb1://u:geheim@influx', 'one name after the host'],
    ['influxdb1://u:geheim@influx/', 'one name after the host'],
    ['influxdb1://u:geheim@influx/plant/more', 'one name after the host'],
    ['influxdb1://u:geheim@influx/pl%22ant', 'one name after the host'],
    ['influxdb1://u:geheim@influx/pl%0Aant', 'one name after the host'],
    ['influxdb1://u:geheim%zz@influx/plant', 'two digits'],
    ['influxdb1://u:geheim@influx/plant?ssl=true', 'must end after the path'],
    ['influxdb1://u:ge#heim@influx/plant', 'cannot be read|must end after the path'],
    ['influxdb1://:geheim@influx/plant', 'without a user'],
    ['influxdb2://:geheim@influx/acme/gas', 'VIGIL_INFLUX_TOKEN'],
    ['influxdb2://influx/acme', 'two names after the host'],
    ['influxdb2://influx/acme//gas', 'two names after the host'],
  ])('says what is wrong with %j, without repeating it', (text, problem) => {
    const parsed = parseTimeSeriesUrl(text)
    expect(parsed).toMatchObject({ ok: false, problem: expect.stringMatching(problem) })
    expect(JSON.stringify(parsed)).not.toContain('geheim')
  })
})
