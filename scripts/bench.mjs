import { runTool } from './lib/command.mjs';
import { ensureBuild, ensureDependencies, ensureModels, requireNode } from './lib/setup.mjs';

// npm run bench -- [PART OF A BENCH'S NAME]…
requireNode();
try {
	await ensureDependencies();
	await ensureModels();
	await ensureBuild();
	const { code } = await runTool('tsx', ['tests/bench/main.ts', ...process.argv.slice(2)], {
		show: true,
		limitSeconds: 7200,
	});
	process.exitCode = code;
} catch (error) {
	console.error(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
}
