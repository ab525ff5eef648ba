import { Command, Option } from "commander";

/** Stands for all options of a command: the overview says only that there are some. */
const SOME = new Option("--some");

/**
 * A command of which only its line in the overview is wanted. Making the options of forty commands, each with its words,
 * would take a third of the time that `maestro --help` needs besides Node's own.
 */
export class OverviewCommand extends Command {
  override createCommand(name?: string): Command {
    return new OverviewCommand(name);
  }

  override option(): this {
    if (this.options.length === 0) (this.options as Option[]).push(SOME);
    return this;
  }

  override addOption(): this {
    return this.option();
  }

  override addHelpText(): this {
    return this;
  }

  override action(): this {
    return this;
  }
}
