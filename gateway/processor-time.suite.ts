/**
 * How long somebody kept the event loop to itself is told in processor time, so that other programs on the machine
 * do not count, and compared with work measured in the same run, so that a slow machine does not either.
 */

/** Milliseconds of processor time that this process took for `action`. */
export async function processorMsOf(action: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await action()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/**
 * The measure: some hundred kilobytes of texts are read and put in order, 20 ms of a fast processor. The median of five.
 */
export async function measureMs(): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 5; round += 1) times.push(await processorMsOf(async () => drudge()))
  return times.toSorted((a, b) => a - b)[2] ?? Number.NaN
}

function drudge(): void {
  const texts = Array.from({ length: 10_000 }, (_, index) =>
    JSON.stringify({ id: `a${(index * 7_919) % 10_000}`, at: index, words: 'x'.repeat(100) }),
  )
  const parsed = texts.map((text) => JSON.parse(text) as { id: string })
  parsed.sort((a, b) => (a.id < b.id ? -1 : 1))
}
