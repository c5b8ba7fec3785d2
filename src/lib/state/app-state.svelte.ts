import { recordingSettings } from '../domain/settings.ts';
import type { ConfabClient } from './client.ts';
import { Example } from './example.svelte.ts';
import { HeldSessions } from './held-sessions.svelte.ts';
import { Intake } from './intake.svelte.ts';
import { JobQueue } from './job-queue.svelte.ts';
import type { Clock } from './job.svelte.ts';
import { KeySettings } from './key-settings.svelte.ts';
import { LastFormat } from './last-format.svelte.ts';
import { LabelImport } from './label-import.svelte.ts';
import { Library } from './library.svelte.ts';
import { MachineState } from './machine.svelte.ts';
import { ModelsState } from './models.svelte.ts';
import { OfflineState } from './offline.svelte.ts';
import { PageEditions } from './page-editions.ts';
import { PendingRecordings } from './pending-recordings.svelte.ts';
import { Projects } from './projects.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import type { KeptText } from './settings.svelte.ts';
import { Workspace } from './workspace.svelte.ts';

/** What outlives a screen: the jobs go on while people look at something else. */
export class AppState {
	readonly client: ConfabClient;
	/** Of sessions with metadata. */
	readonly settings: SettingsState;
	/** Of recordings whose people are to be found. */
	readonly recordingSettings: SettingsState;
	readonly keys: KeySettings;
	/** What was exported last. */
	readonly lastFormat: LastFormat;
	/** How the panes of a result share the window. */
	readonly workspace: Workspace;
	readonly held: HeldSessions;
	readonly library: Library;
	readonly example: Example;
	readonly projects: Projects;
	readonly machine: MachineState;
	readonly models: ModelsState;
	readonly jobs: JobQueue;
	readonly pending: PendingRecordings;
	readonly intake: Intake;
	readonly offline: OfflineState;
	/** Of the results that were open on this page. */
	readonly editions = new PageEditions();
	/** Labels for the result that is open. */
	readonly labels: LabelImport;

	constructor(client: ConfabClient, options: { kept: KeptText | null; clock: Clock }) {
		this.client = client;
		this.settings = new SettingsState(options.kept);
		this.recordingSettings = new SettingsState(
			options.kept,
			'confab.recording-settings',
			recordingSettings,
		);
		this.keys = new KeySettings(options.kept);
		this.lastFormat = new LastFormat(options.kept);
		this.workspace = new Workspace(options.kept);
		this.held = new HeldSessions();
		this.library = new Library(client);
		const onImport = (): void => {
			void this.library.refresh();
			void this.machine.refresh();
		};
		this.projects = new Projects(client, this.held, onImport);
		this.example = new Example(client, this.held, onImport);
		this.machine = new MachineState(client);
		this.models = new ModelsState(client, this.machine, options.kept);
		this.jobs = new JobQueue(client, options.clock, () => {
			void this.library.refresh();
			void this.machine.refresh();
			void this.models.refresh();
		});
		this.offline = new OfflineState(client.offline, {
			kept: options.kept,
			busy: () => this.jobs.running !== null,
			wait: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
		});
		this.labels = new LabelImport(client);
		this.pending = new PendingRecordings(client, this.jobs, this.held, this.recordingSettings);
		this.intake = new Intake(
			client,
			this.jobs,
			this.pending,
			this.held,
			this.projects,
			() => this.settings.current,
		);
		this.intake.labels = this.labels;
	}

	/** Asks for all that the first screen shows. */
	async load(): Promise<void> {
		await Promise.all([this.library.refresh(), this.machine.refresh()]);
	}

	/** Forgets a session: what is stored and what is held. A run of it ends first. */
	async forget(sessionId: string): Promise<void> {
		await this.jobs.cancelSession(sessionId);
		if (await this.library.remove(sessionId)) {
			this.held.release(sessionId);
			this.editions.forget(sessionId);
		}
		await this.machine.refresh();
	}

	/** Asks the browser to keep what is stored. */
	async keepStorage(): Promise<void> {
		await this.library.keepStorage();
		await this.machine.refresh();
	}
}
