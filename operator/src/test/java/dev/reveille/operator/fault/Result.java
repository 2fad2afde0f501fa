package dev.reveille.operator.fault;

import java.util.List;

/**
 * How a trial ended.
 *
 * @param writes the operator's, in order, up to the end
 * @param end the objects that are left
 * @param trouble empty: all is as it should be
 */
record Result(Trial trial, boolean struck, List<String> writes, String end, String trouble) {
  @Override
  public String toString() {
    return trial + ": " + trouble + "\n  writes: " + writes;
  }
}
