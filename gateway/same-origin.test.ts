import { describe, expect, it } from 'vitest'
import { isOwnOrigin, readCookie, SESSION_COOKIE } from './same-origin.ts'

describe('isOwnOrigin', () => {
  it.each([
    // host, origin, sec-fetch-site | may change something
    ['vigil.local:8080', undefined, undefined, true], // a program
    ['vigil.local:8080', undefined, 'same-origin', true],
    ['vigil.local:8080', undefined, 'none', true], // typed by a person
    ['vigil.local:8080', undefined, 'cross-site', false],
    ['vigil.local:8080', undefined, 'same-site', false], // another port or a neighbour
    ['vigil.local:8080', 'http://vigil.local:8080', undefined, true],
    ['VIGIL.local:8080', 'http://vigil.local:8080', undefined, true],
    ['vigil.local', 'https://vigil.local', undefined, true],
    ['vigil.local:8080', 'http://vigil.local:8081', undefined, false],
    ['vigil.local:8080', 'http://vigil.local:8080.evil.example', undefined, false],
    ['vigil.local:8080', 'http://evil.example', 'same-origin', false],
    ['vigil.local:8080', 'null', undefined, false], // sandboxed frame, data: page
    ['vigil.local:8080', '', undefined, false],
    ['vigil.local:8080', 'file://vigil.local:8080', undefined, false],
    [undefined, 'http://vigil.local:8080', undefined, false],
    ['10.0.0.5:8080', 'https://proxy.example', undefined, true], // allowed by setting
  ])('host %s, origin %s, fetch site %s: %s', (host, origin, fetchSite, expected) => {
    expect(isOwnOrigin({ host, origin, fetchSite }, ['https://proxy.example'])).toBe(expected)
  })
})

describe('readCookie', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['other=1', null],
    [`${SESSION_COOKIE}=abc`, 'abc'],
    [`a=1; ${SESSION_COOKIE}=abc; b=2`, 'abc'],
    [`x${SESSION_COOKIE}=abc`, null],
    [`${SESSION_COOKIE}=a=b`, 'a=b'],
    [`;;=;${SESSION_COOKIE}`, null],
  ])('in %j finds %j', (header, expected) => {
    expect(readCookie(header, SESSION_COOKIE)).toBe(expected)
  })
})
