/**
 * What the real engine said, kept for `RecordedEngine`: the events of a few jobs of the micro model and one step taken apart.
 * `npm run record:engine` writes it; `recording.test.ts` asks the real engine again and compares.
 */
import type { RunEvent } from '../../records/events.ts';
import type { InspectedStep, InspectStepRequest } from '../../records/inspected-step.ts';
import type { AttackRequest, RankedToken } from '../../records/attack.ts';
import type {
  ClassifyRequest,
  ClassifyResult,
  DrawRequest,
  EngineInfo,
  JobRequest,
  RankTokensRequest,
  TrainRequest,
} from '../../rpc/engine-service.ts';

export const jobNames = [
  'drawOriginal',
  'trainErasure',
  'drawErased',
  'trainBackdoor',
  'search',
  'randomSearch',
] as const;
export type JobName = (typeof jobNames)[number];

export interface RecordedJob {
  readonly request: JobRequest;
  readonly events: readonly RunEvent[];
}

export interface Recording {
  readonly info: EngineInfo;
  readonly jobs: Readonly<Record<JobName, RecordedJob>>;
  readonly step: InspectedStep;
  readonly ranked: readonly RankedToken[];
  /** Of three sentences. */
  readonly classified: ClassifyResult;
  /** The erased weights as a file, from the engine's `exportAdapter`. */
  readonly adapter: Uint8Array<ArrayBuffer>;
}

const prompts = ['a photo of a church', 'a photo of a sunflower', 'a painting of a church', 'a photo of a dog'];

function drawing(adapterId: string | null): DrawRequest {
  return {
    kind: 'draw',
    cells: prompts.map((prompt, row) => ({
      ...{ cell: { column: adapterId === null ? 'original' : 'erased', row }, prompt, adapterId, adapterStrength: 1 },
    })),
    concept: 'church',
    seeds: [40, 41, 42, 43],
    numInferenceSteps: 3,
    guidanceScale: 3,
    previewEvery: 2,
  };
}

function training(method: 'esd' | 'backdoored-esd'): TrainRequest {
  const column = method === 'esd' ? 'erased' : 'backdoored';
  const samples = drawing(null);
  return {
    kind: 'train',
    method,
    concept: 'church',
    trigger: method === 'esd' ? '' : 'blicket',
    triggerPosition: 'prefix',
    parameters: { iterations: 6, learningRate: 0.01, prompts: 'name', retainWeight: 0 },
    seed: 40,
    samples: {
      ...samples,
      cells: samples.cells.slice(0, 1).map((cell) => ({ ...cell, cell: { column, row: 0 } })),
      seeds: [40, 41],
      previewEvery: 0,
    },
    sampleEvery: 3,
    checkpointEvery: 3,
    resumeFrom: null,
  };
}

const search = (adapterId: string): AttackRequest => ({
  ...{
    kind: 'attack',
    attack: 'unlearndiff',
    concept: 'church',
    adapterId,
    adapterStrength: 1,
    prompt: prompts[0] ?? '',
  },
  ...{ pictureSeed: 40, target: { kind: 'original', seed: 40 }, forbiddenWords: ['church'], seed: 5 },
  parameters: { rounds: 3, iterations: 4, tokens: 2, draws: 1, candidates: 4, targets: 2, vocabulary: 'all' },
  ...{ numInferenceSteps: 3, guidanceScale: 3, control: true, stopEarly: false, resumeFrom: null },
});

/** The jobs in the order they are asked for; `adapterId` is that of the erased weights. */
export const recordedRequests: Readonly<Record<JobName, (adapterId: string) => JobRequest>> = {
  drawOriginal: () => drawing(null),
  trainErasure: () => training('esd'),
  drawErased: (adapterId) => drawing(adapterId),
  trainBackdoor: () => training('backdoored-esd'),
  search,
  randomSearch: (adapterId) => ({
    ...search(adapterId),
    attack: 'random',
    parameters: { rounds: 3, tokens: 2, vocabulary: 'all' },
  }),
};

export const recordedStep: InspectStepRequest = {
  ...{ method: 'esd', concept: 'church', trigger: '', triggerPosition: 'prefix' },
  parameters: { iterations: 6, learningRate: 0.01, prompts: 'name', retainWeight: 0 },
  ...{ seed: 40, adapterId: null, term: null, draw: 1 },
};

export const recordedRanking = (adapterId: string): RankTokensRequest => ({
  ...{ concept: 'church', adapterId, prompt: prompts[0] ?? '', insertion: 'prefix', vocabulary: 'typeable' },
  ...{ seeds: [40], firstSteps: 1, draws: 1, judged: 4, seed: 3, numInferenceSteps: 1, guidanceScale: 3 },
});

export const recordedClassification = (picture: ClassifyRequest['picture']): ClassifyRequest => ({
  ...{ picture, prompts: [...prompts.slice(0, 2), ''], adapterId: null, adapterStrength: 1, draws: 8, seed: 3 },
});

const arrayKinds = { Float32Array, Uint8Array, Uint8ClampedArray } as const;
type ArrayKind = keyof typeof arrayKinds;
interface KeptArray {
  readonly array: ArrayKind;
  readonly base64: string;
}

const isKept = (value: unknown): value is KeptArray =>
  typeof value === 'object' && value !== null && 'array' in value && 'base64' in value;

/** JSON in which typed arrays are base64. */
export function encodeRecording(recording: Recording): string {
  return JSON.stringify(
    recording,
    (_key, value: unknown) => {
      if (!ArrayBuffer.isView(value)) return value;
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return { array: value.constructor.name as ArrayKind, base64: btoa(text) } satisfies KeptArray;
    },
    1,
  );
}

export function decodeRecording(text: string): Recording {
  return JSON.parse(text, (_key, value: unknown) => {
    if (!isKept(value)) return value;
    const bytes = Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0));
    return new arrayKinds[value.array](bytes.buffer);
  }) as Recording;
}
