import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** What Linux knows of a process, read from /proc. */

/** Of `/proc/PID/stat`; a hundredth of a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100
const BYTES_PER_KIB = 1024
/** Fields of `stat` after the name in parentheses: the 14th and 15th of all. */
const USER_TICKS = 11
const SYSTEM_TICKS = 12
/** Asked before anything is pinned: afterwards this process would be told only of the core it has itself. */
const CORES = availableParallelism()

/** Of all its threads, in user and system mode, since it began. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND
}

export function residentBytesOf(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) * BYTES_PER_KIB
}

/**
 * The load generator, which is this process, gets the last core and servers of one thread the others,
 * so that neither takes from the other. A gateway with threads of its own is left on all of them: it
 * shares the generator's core, to its own disadvantage. Without `taskset` nothing is pinned.
 */
export function pinApart(serverPids: readonly number[]): boolean {
  if (CORES < 2) return false
  const others = CORES === 2 ? '0' : `0-${CORES - 2}`
  return [...serverPids.map((pid) => pin(pid, others)), pin(process.pid, String(CORES - 1))].every(
    (isPinned) => isPinned,
  )
}

/** A child of a pinned process is pinned too: this lets it go. */
export function unpin(pid: number): boolean {
  return pin(pid, `0-${CORES - 1}`)
}

function pin(pid: number, cores: string): boolean {
  const ids = readdirSync(`/proc/${pid}/task`)
  return ids.every(
    (id) => spawnSync('taskset', ['-cp', cores, id], { stdio: 'ignore' }).status === 0,
  )
}
