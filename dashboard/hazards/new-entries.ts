import type { DossierSubstance, DossierUnit } from '../../gateway/contract.ts'

/** What a person adds begins empty; its id tells it apart in every version, whatever it is called later. */
export function newId(): string {
  // Also where the page is not served over TLS, and `crypto.randomUUID` is missing.
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return `e${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

export function newUnit(): DossierUnit {
  return { id: newId(), name: '', boundary: null, boundaryNote: '', substances: [newSubstance()] }
}

export function newSubstance(): DossierSubstance {
  return {
    id: newId(),
    name: '',
    cas: '',
    un: '',
    row: null,
    betaRow: null,
    categories: [],
    mixture: 'pure',
    quantity: { value: '', unit: 't', density: '' },
    beta: '',
    physicalState: '',
    purpose: '',
    process: '',
    container: '',
    temperature: '',
    pressure: '',
    safety: { dangers: '', firstAid: '', fireFighting: '', forbiddenExtinguishers: '', spill: '' },
  }
}
