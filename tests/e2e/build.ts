/** Before all tests, which may start the runner side by side: none of them has to build. */
export { ensureBuild as default } from '../../scripts/lib/setup.mjs';
