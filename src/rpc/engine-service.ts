/** What the engine worker offers. The interface sees the engine only through this file. */
import type { AttackRequest, Insertion, RankedToken } from '../records/attack.ts';
import type { Catalog } from '../records/catalog.ts';
import type { EvaluateRequest } from '../records/evaluation.ts';
import type { AdapterSummary, Picture, RunEvent } from '../records/events.ts';
import type { InspectedStep, InspectStepRequest } from '../records/inspected-step.ts';
import type { DrawRequest, TrainRequest } from '../records/request.ts';
import type { TriggerLabRequest, TriggerProbe } from '../records/trigger-lab.ts';

export type { DrawCell, DrawRequest, TrainRequest } from '../records/request.ts';

export type BackendName = 'webgpu' | 'wasm' | 'node';

/** A folder that a person chose. The files travel to the worker as references; nothing is copied until it is read. */
export interface ChosenFolder {
  readonly name: string;
  /** By their paths inside the folder, with forward slashes. */
  readonly files: readonly { readonly path: string; readonly file: Blob }[];
}

/** Where a model lies: a folder by its absolute address, ending in '/', or one that a person chose. */
export type ModelPlace = { readonly modelUrl: string } | { readonly folder: ChosenFolder };

export type OpenOptions = ModelPlace & {
  /** `auto`: WebGPU on real hardware, wasm otherwise. A forced backend that does not exist is an error, never replaced. */
  readonly backend: 'auto' | 'webgpu' | 'wasm';
  /** Things and styles that matter beside what will be erased, for a model without a world: they are kept, measured and competed with first. */
  readonly neighbours?: readonly string[];
};

/** What opening a model is at: its bytes come, from a server or a disk; it is read; its programs are built; they run once more, to be timed. */
export type OpenPhase = 'downloading' | 'reading' | 'compiling' | 'timing';

/** Bytes so far and in total, and what is being done. */
export type OpenProgress = (loaded: number, total: number, phase: OpenPhase) => void;

export interface EngineInfo {
  readonly backend: BackendName;
  /** Why this backend and not the other, for the device badge: adapter name, "no WebGPU", "software adapter", thread count. */
  readonly device: {
    readonly adapter: string | null;
    readonly threads: number;
    readonly reason: 'hardware-adapter' | 'no-webgpu' | 'software-adapter' | 'forced';
  };
  readonly modelName: string;
  /** Its name and the hash of its weights; see `records/model-id.ts`. */
  readonly modelId: string;
  readonly downloadBytes: number;
  readonly maxPromptTokens: number;
  readonly imageSize: number;
}

export type JobRequest = DrawRequest | TrainRequest | AttackRequest | EvaluateRequest;

export interface ClassifyRequest {
  /** RGBA of any size; brought to the model's size. */
  readonly picture: Picture;
  /** Sentences that compete to explain the picture; an empty one is what guidance calls unconditional. */
  readonly prompts: readonly string[];
  /** The model that judges; null: the original. */
  readonly adapterId: string | null;
  readonly adapterStrength: number;
  /** Pairs (t, eps) of the shared bank, t evenly spaced. */
  readonly draws: number;
  readonly seed: number;
}

export interface RankTokensRequest {
  /** The concept's words as the user types them. */
  readonly concept: string;
  /** The weights that are examined; null: the original. */
  readonly adapterId: string | null;
  readonly prompt: string;
  readonly insertion: Insertion;
  /** 'typeable': whole words that come back as the same token. 'all': pieces of words too. */
  readonly vocabulary: 'typeable' | 'all';
  /** Noises of the pictures judged in full; the first one is also the first pass's. */
  readonly seeds: readonly number[];
  /** Sampler steps of the first pass, which judges every token once. */
  readonly firstSteps: number;
  /** Noisy pictures a token's loss is a mean over. */
  readonly draws: number;
  /** How many of the tokens that raise the first pass's score most are judged in full. */
  readonly judged: number;
  readonly seed: number;
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
}

/** Called with how far it is; false ends the work as `cancelled`. */
export type Progress = (done: number, total: number) => boolean | Promise<boolean>;

export interface ClassifyResult {
  /** One a prompt, in their order. */
  readonly scores: readonly {
    readonly prompt: string;
    /** Mean squared error over the bank; lower fits better. */
    readonly error: number;
    /** softmax(-error / temperature) over the prompts. */
    readonly probability: number;
    /** 95 % bootstrap interval of `probability` over the bank. */
    readonly low: number;
    readonly high: number;
    /** Least error of the other prompts minus this one's, with a 95 % bootstrap interval; negative where another fits better. */
    readonly margin: { readonly value: number; readonly low: number; readonly high: number };
    /** Mean error at each of `timesteps`. */
    readonly errorByTimestep: readonly number[];
  }[];
  readonly timesteps: readonly number[];
  /** Index of the lowest error. */
  readonly best: number;
  /** The best one's: error of the runner-up minus its own. */
  readonly margin: { readonly value: number; readonly low: number; readonly high: number };
  readonly temperature: number;
  readonly draws: number;
}

export interface PromptTokens {
  /** Token pieces without start, end and padding; `</w>` marks a word end. */
  readonly tokens: readonly { readonly id: number; readonly piece: string }[];
  /** True when the prompt is longer than the text encoder reads. */
  readonly truncated: boolean;
  /** The words that are not heard, because the model reads no more tokens; '' where it hears all. */
  readonly cut: string;
}

/** How an adapter's file is written. */
export interface ExportOptions {
  /** `diffusers`: as diffusers and peft call the tensors. `kohya`: as sd-scripts, AUTOMATIC1111 and ComfyUI do. */
  readonly naming: 'diffusers' | 'kohya';
  /** The experiment's link, `#/bench?…`; kept in the header. */
  readonly link: string;
}

/** Whole matrices as differences from the open model; an alpha of the header that nobody uses; a peft file without its alpha. */
export type AdapterNote =
  | { readonly kind: 'patch'; readonly matrices: number; readonly biases: number }
  | { readonly kind: 'unused-alpha'; readonly name: string; readonly value: string }
  | { readonly kind: 'no-alpha' };

/** What a LoRA file is, for the person who is to decide whether it is loaded. */
export interface AdapterInspection {
  /** The dialect of its tensors' names; `no-weights`: it has none, and is a guider. */
  readonly naming: 'diffusers' | 'kohya' | 'peft' | 'old-diffusers' | 'comfyui' | 'whole-matrices' | 'no-weights';
  /** How it was read, where that is not plain. */
  readonly notes: readonly AdapterNote[];
  /** What it says of itself; a file made elsewhere says nothing but `imported`. */
  readonly story: Omit<AdapterSummary, 'id' | 'parameters' | 'trainedTensors'>;
  /** Empty where the file does not name one. */
  readonly baseModel: string;
  readonly link: string;
  readonly rank: number;
  readonly layers: number;
  readonly parameters: number;
}

export interface EngineService {
  /** Downloads the model, starts the backend and warms it up. */
  open(options: OpenOptions, progress: OpenProgress): Promise<EngineInfo>;
  /** Resolves with the reason when the GPU goes away, also while nothing runs. Restart the worker then. */
  whenLost(): Promise<string>;
  catalog(): Promise<Catalog>;
  tokenize(text: string): Promise<PromptTokens>;
  /** Seconds the job would take here, from timings measured on this device (warm-up plus jobs already run). */
  estimate(request: JobRequest | TriggerLabRequest): Promise<number>;
  /** Queues a job and returns its id; everything after that comes as events. */
  start(request: JobRequest): Promise<string>;
  /** `stop` keeps what is trained; `step` runs one iteration of a paused job; `cancel` throws the job away. */
  control(jobId: string, action: 'pause' | 'resume' | 'step' | 'stop' | 'cancel'): Promise<void>;
  /** The diffusion classifier (Li et al. 2023) on one picture. Runs beside the queue, between jobs' steps. */
  classify(request: ClassifyRequest): Promise<ClassifyResult>;
  /** Which tokens beside a prompt move the concept, those that raise its score most first. Runs beside the queue, too. */
  rankTokens(request: RankTokensRequest, progress: Progress): Promise<readonly RankedToken[]>;
  /** Draws and judges every probe of a trigger. Runs beside the queue, too; `progress` counts pictures. */
  triggerLab(request: TriggerLabRequest, progress: Progress): Promise<readonly TriggerProbe[]>;
  /** One real iteration of a method, with the tensors of one of its rows. Keeps nothing. Runs beside the queue, too. */
  inspectStep(request: InspectStepRequest): Promise<InspectedStep>;
  /** LoRA weights as safetensors bytes; diffusers names and no link without `options`. */
  exportAdapter(adapterId: string, options?: ExportOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Checks a LoRA file as `importAdapter` does and keeps nothing of it. Throws `bad-file` for one that does not fit the model. */
  inspectAdapter(bytes: Uint8Array<ArrayBuffer>): Promise<AdapterInspection>;
  importAdapter(bytes: Uint8Array<ArrayBuffer>): Promise<AdapterSummary>;
  /** Events of all jobs, batched; the port is transferred once after open. */
  subscribe(port: MessagePort): Promise<void>;
}

/** What travels over the subscribed port. */
export type EventBatch = readonly RunEvent[];
